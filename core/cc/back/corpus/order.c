#include <stdio.h>
int x=1; int arr[10];
int f(void){x+=10; return 100;}
int id(int n){printf("id%d ",n);return n;}
int *pid(int n){printf("pid%d ",n);return &arr[n];}
struct S{int a,b;}; struct S gs={1,2};
struct S fs(void){gs.a=50; struct S r={7,8};return r;}
int add(struct S s,int y){return s.a+y;}
int main(void){
 int y=x+f(); printf("a %d\n",y);
 x=1; x+=f(); printf("b %d\n",x);
 x=1; y=f()+x; printf("c %d\n",y);
 *pid(1)=id(2); printf("d\n");
 *pid(1)+=id(2); printf("e\n");
 arr[id(3)]=id(4); printf("f\n");
 printf("%d %d %d g\n",id(1),id(2),id(3));
 x=1; int *p=&x; *p += f(); printf("h %d\n",x);
 int l=1; int *q=&l; l = l + (*q=5, f()); printf("i %d\n",l);
 l=1; printf("%d %d\n", l++, l++); l=1; printf("%d %d\n", l, ++l);
 x=1; printf("%d %d\n", x, f()); x=1; printf("%d %d\n", f(), x);
 printf("%d\n", add(gs,fs().a));
 (id(1)?id:id)(id(2)); printf("\n");
 id(1)<id(2); printf("\n"); arr[0]=5; arr[1]=7; arr[arr[0]=1]+=id(1);
 x=1; if (x == f()/100) printf("k\n"); else printf("l\n");
 x=1; x -= (f(), 2); printf("m %d\n", x); l=1; l += (l=5, f()); printf("n %d\n",l);
 int a[3]={id(0),id(1),id(2)}; printf("o %d\n",a[1]); struct S t=(struct S){id(5),id(6)}; printf("p %d\n",t.a);
 *pid(1)=*pid(2); printf("q\n"); gs=*(id(1),&gs); arr[id(0)] = arr[id(1)] = id(2); printf("r\n"); l = 3; arr[l] = l++; printf("%d %d\n", arr[3],arr[4]); 
 return 0;}
