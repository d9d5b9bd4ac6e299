#include <stdio.h>
int x=1; int arr[10]; char c[10]; long L[10]; int *gp=arr;
int f(void){x+=10; arr[0]+=10; c[0]+=10; return 100;}
int id(int n){printf("id%d ",n);return n;}
int *pid(int n){printf("pid%d ",n);return &arr[n];}
int *pz(int n){return &arr[n];}
int main(void){
 x=1; int y=x-f(); printf("a %d\n",y);
 arr[0]=1; y=arr[0]-f(); printf("b %d\n",y);
 arr[0]=1; y=*gp-f(); printf("c %d\n",y);
 c[0]=1; y=c[0]-f(); printf("d %d\n",y);
 x=1; y=x<f()-95; printf("e %d\n",y);
 x=1; y=(x*2)-f(); printf("f %d\n",y);
 x=1; y=(x*2+1)-(f()+1); printf("g %d\n",y);
 arr[0]=1; y=*pz(0)-f(); printf("h %d\n",y);
 x=1; long l=(long)x-f(); printf("i %ld\n",l);
 x=1; int z=1; y=z-(z=5,f()); printf("j %d\n",y);
 c[id(1)]=id(2); L[id(3)]=id(4); arr[id(5)]=id(6)+1; arr[id(1)]= -id(2); arr[id(1)]=x?id(2):id(3); printf("\n");
 int k=1; y = k++ - f(); printf("k %d\n",y); y = (x=1) - f(); printf("l %d\n", y); k=1; y=k + k++; printf("m %d\n",y); k=1; y=k++ + k; printf("n %d\n",y); k=1; y=k - (k+=5); printf("o %d\n",y); k=1;y=(k+1)-(k+=5); printf("p %d\n",y);  k=1;y=++k + ++k; printf("q %d\n",y); k=1;y=k++ + k++; printf("r %d\n",y); k=1; y=k++ * 2 + ++k; printf("s %d\n",y);
 k=1; k=k++; printf("t %d\n",k); k=1; k=k++ + ++k; printf("u %d\n",k); k=2; arr[k]=arr[k++]+3; int b[3]={0,0,0}; k=0; b[k++]=k; printf("v %d %d %d\n",b[0],b[1],b[2]); k=0; b[k]=k++; k=0; b[k++] += k; printf("%d %d\n",b[0],b[1]);
 k=5; printf("w %d %d %d\n",k,k++,k); k=5; printf("x %d %d %d\n",++k,k++,++k); x=1; printf("%d %d\n", x+1, f()); x=1; printf("%d %d\n", f(), x+1);
 return 0;}
